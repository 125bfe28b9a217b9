"""Given names, as people are called in the town's three languages; without accents."""

from requests_app.triage.little_words import word_set

GIVEN_NAMES = word_set(
    """
    Aaron Abel Adela Adolfo Adrian Agustin Aitor Alba Alberto Alejandra Alejandro Alfonso Alfredo Alicia Alvaro Amalia Amparo Ana
    Andrea Andres Angela Angel Angeles Antonia Antonio Araceli Armando Arturo Asuncion Aurora Beatriz Begona Belen Benito Bernardo
    Blanca Borja Bruno Camila Carla Carlos Carmen Carolina Catalina Cecilia Cesar Clara Claudia Concepcion Consuelo Cristian Cristina
    Cristobal Curro Daniel Daniela David Diana Diego Dolores Domingo Eduardo Elena Elisa Emilia Emilio Encarna Enrique Esteban
    Esther Eugenia Eugenio Eva Fabian Fatima Federico Felipe Felix Fermin Fernanda Fernando Florencia Francisca Francisco Gabriel
    Gabriela Gerardo German Gloria Gonzalo Gregorio Guadalupe Guillermo Gustavo Hector Hugo Ignacio Ines Inmaculada Irene Isabel
    Ismael Ivan Jacinto Jaime Javi Javier Jesus Joaquin Jorge Jose Josefa Juan Juana Julia Julian Julio Laura Leandro Leonardo
    Leticia Lidia Lola Lorena Lorenzo Lourdes Lucas Lucia Luis Luisa Lucio Macarena Manolo Manuel Manuela Mar Marcelo Marcos Margarita
    Maria Mariano Marina Mario Marta Martin Mateo Matias Mauricio Mercedes Miguel Miriam Monica Montse Nadia Natalia Nerea Nicolas
    Nieves Noelia Nuria Oscar Pablo Paco Paca Paloma Paqui Patricia Paula Pedro Pepe Pepa Pilar Rafa Rafael Ramon Raquel Raul Remedios
    Ricardo Roberto Rocio Rodrigo Rosa Rosario Ruben Salvador Samuel Sandra Santiago Sara Sebastian Sergio Silvia Sofia Sonia
    Charo Chelo Chema Conchi Dani Edu Fran Isa Juani Kiko Lalo Loli Lupe Mari Merche Nacho Nando Pepi Pili Puri Quique Rafi Santi Tere Trini
    Susana Teresa Tomas Toni Valentina Vanesa Veronica Vicente Victor Victoria Virginia Walter Yolanda Ximena
    Adam Alan Alex Alice Alison Amanda Amy Andrew Angus Anna Anne Anthony Barbara Ben Benjamin Brian Callum Carl Catherine Charlotte
    Chloe Chris Christopher Claire Colin Craig Darren Dave Deborah Dennis Derek Donna Dylan Edward Elizabeth Emily Emma Eric
    Fiona Frank Gary Gavin George Gordon Graham Greg Hannah Harry Heather Helen Henry Ian Jack Jacob James Jane Janet Jason Jenny
    Jessica Jim Joan Joanne Joe John Jonathan Joseph Josh Joshua Karen Kate Kathleen Keith Kelly Ken Kenneth Kerry Kevin Kim Kyle
    Lauren Lee Leon Liam Linda Lisa Louise Luke Lynn Margaret Mark Martin Mary Matthew Maureen Megan Michael Michelle Mike Natalie Neil
    Nick Nicola Nigel Oliver Pamela Patrick Paul Pauline Peter Phil Philip Rachel Rebecca Richard Rob Robert Roger Ross Roy Russell
    Ruth Ryan Sally Sam Sarah Scott Sean Sharon Shaun Sheila Simon Sophie Stacey Stephanie Stephen Steve Stuart Sue Susan Terry Thomas
    Tim Tina Tom Tony Tracey Trevor Wayne Wendy William Zoe
    Adele Alain Amelie Amina Andre Annie Antoine Arnaud Audrey Aurelie Baptiste Benoit Bernard Brigitte Camille Caroline Cedric Celine
    Christelle Christian Christine Christophe Clement Corinne Cyril Damien Delphine Denis Didier Dominique Elodie Emilie Emmanuel
    Etienne Fabrice Florence Florian Francois Francoise Franck Frederic Gerard Gilles Guillaume Helene Herve Isabelle Jacqueline
    Jacques Jean Jeanne Jerome Joel Julie Julien Karim Laurent Laurence Loic Lucie Ludovic Marc Marie Marine Marion Martine Mathieu
    Maxime Melanie Michel Mickael Mohamed Monique Morgane Muriel Nathalie Nicole Olivier Pascal Philippe Pierre Quentin Raphael
    Regis Remi Rene Romain Sabrina Said Samira Sandrine Sebastien Severine Serge Stephane Sylvain Sylvie Thibault Thierry Tristan
    Valerie Vincent Virginie Xavier Yann Yannick Yves
    """
)
